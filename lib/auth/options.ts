import "server-only";
import { cookies, headers } from "next/headers";
import type { AuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { clientAddressOf } from "#lib/auth/client-address.ts";
import { INVITATION_COOKIE, SESSION_SECONDS, sessionCookieName, usesHttps } from "#lib/auth/cookies.ts";
import { admitIdentity } from "#lib/auth/identity-commands.ts";
import { createOutsideProviders } from "#lib/auth/providers.ts";
import { readIdentityUser } from "#lib/auth/queries.ts";
import { signInSchema } from "#lib/auth/schema.ts";
import { getSession } from "#lib/auth/session.ts";
import { signInWithPassword } from "#lib/auth/sign-in-commands.ts";
import { env } from "#lib/env.ts";
import { describeError } from "#lib/log.ts";

/** next-auth's part: proving who someone is and sealing the cookie. Everything after that is `session.ts`. */
export function authOptions(): AuthOptions {
  const { NEXTAUTH_SECRET } = env();
  return {
    ...(NEXTAUTH_SECRET ? { secret: NEXTAUTH_SECRET } : {}),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    useSecureCookies: usesHttps(),
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure: usesHttps() },
      },
    },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/sign-in" },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        authorize: (credentials) => authorize(credentials ?? {}),
      }),
      ...createOutsideProviders(),
    ],
    callbacks: {
      async signIn({ account, user }) {
        if (!account || account.type === "credentials") return true;
        return answerOutsideSignIn(account.provider, account.providerAccountId, user);
      },
      async jwt({ account, user, token }) {
        if (!account) return token;
        if (account.type === "credentials") return { sub: user.id, epoch: "epoch" in user ? user.epoch : -1 };
        const known = await readIdentityUser(account.provider, account.providerAccountId);
        return known ? { sub: known.id, epoch: known.epoch } : {};
      },
      // What scripts in the page may know of the session: only that there is one.
      session: ({ session }) => ({ expires: session.expires }),
    },
  };
}

/** The error's message travels to the sign-in page in next-auth's reply, so it is always a sentence for the person. */
async function authorize(credentials: Record<string, unknown>): Promise<User & { epoch: number }> {
  try {
    const input = signInSchema.parse(credentials);
    return await signInWithPassword({ ...input, address: clientAddressOf(await headers()) });
  } catch (error) {
    throw new Error(describeError(error, { during: "sign-in" }));
  }
}

/** True, or where to send the person instead; the page turns the code into a sentence. */
async function answerOutsideSignIn(provider: string, subject: string, user: User): Promise<true | string> {
  const jar = await cookies();
  const session = await getSession();
  try {
    const outcome = await admitIdentity(
      { provider, subject, email: user.email ?? null, name: user.name ?? null },
      {
        signedInUserId: session?.user.id ?? null,
        invitationToken: jar.get(INVITATION_COOKIE)?.value ?? null,
      },
    );
    if (outcome === "signed_in" || outcome === "linked" || outcome === "joined") return true;
    return session ? `/account?problem=${outcome}` : `/sign-in?error=${outcome}`;
  } catch (error) {
    describeError(error, { during: "outside sign-in", provider });
    return "/sign-in?error=invitation";
  }
}
