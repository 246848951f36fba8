import { answer } from "#lib/api/answer.ts";

export const GET = answer("readContamination");
export const POST = answer("startContaminationCheck");
