import { answer } from "#lib/api/answer.ts";

export const GET = answer("listContaminationFinds");
