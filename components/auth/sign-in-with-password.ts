import { signIn } from "next-auth/react";

/** Signs in and returns null, or the sentence that says why not. */
export async function signInWithPassword(email: string, password: string): Promise<string | null> {
  try {
    const result = await signIn("credentials", { email, password, redirect: false });
    if (result?.ok) return null;
    return result?.error ?? "The server did not answer. Check that it is running, then try again.";
  } catch {
    return "The server did not answer. Check that it is running, then try again.";
  }
}
