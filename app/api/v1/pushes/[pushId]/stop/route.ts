import { answer } from "#lib/api/answer.ts";

export const POST = answer("stopPush");
