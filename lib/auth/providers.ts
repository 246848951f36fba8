import "server-only";
import type { AuthOptions } from "next-auth";
import GitHub from "next-auth/providers/github";
import Google from "next-auth/providers/google";
import { env } from "#lib/env.ts";

type Provider = AuthOptions["providers"][number];

export interface OutsideProvider {
  id: string;
  name: string;
}

/** The outside providers that the environment configures, with the names for their buttons. */
export function listOutsideProviders(): OutsideProvider[] {
  return createOutsideProviders().map(({ id, name }) => ({
    id,
    name: id === "oidc" ? env().OIDC_NAME : name,
  }));
}

/** What next-auth needs to know about each. */
export function createOutsideProviders(): Provider[] {
  const settings = env();
  const providers: Provider[] = [];
  if (settings.OIDC_ISSUER && settings.OIDC_CLIENT_ID && settings.OIDC_CLIENT_SECRET) {
    providers.push({
      id: "oidc",
      name: settings.OIDC_NAME,
      type: "oauth",
      wellKnown: `${settings.OIDC_ISSUER}/.well-known/openid-configuration`,
      clientId: settings.OIDC_CLIENT_ID,
      clientSecret: settings.OIDC_CLIENT_SECRET,
      authorization: { params: { scope: "openid email profile" } },
      idToken: true,
      checks: ["pkce", "state", "nonce"],
      profile: (profile: Record<string, unknown>) => ({
        id: String(profile.sub),
        email: typeof profile.email === "string" ? profile.email : null,
        name: typeof profile.name === "string" ? profile.name : null,
      }),
    });
  }
  if (settings.GITHUB_CLIENT_ID && settings.GITHUB_CLIENT_SECRET) {
    providers.push(
      GitHub({ clientId: settings.GITHUB_CLIENT_ID, clientSecret: settings.GITHUB_CLIENT_SECRET }),
    );
  }
  if (settings.GOOGLE_CLIENT_ID && settings.GOOGLE_CLIENT_SECRET) {
    providers.push(
      Google({ clientId: settings.GOOGLE_CLIENT_ID, clientSecret: settings.GOOGLE_CLIENT_SECRET }),
    );
  }
  return providers;
}
