import { answer } from "#lib/api/answer.ts";

export const GET = answer("listPushes");
export const POST = answer("requestPush");
