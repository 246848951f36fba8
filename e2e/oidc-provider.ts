import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface OidcProvider {
  issuer: string;
  /** Who the provider's next visitor is. */
  setVisitor(visitor: { sub: string; email: string; name: string }): void;
  close(): Promise<void>;
}

/** An OpenID Connect provider that signs everyone in at once: the code flow with PKCE's fields, RS256 and a nonce. */
export async function startOidcProvider(clientId: string): Promise<OidcProvider> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const grants = new Map<string, { nonce: string | null; visitor: typeof visitor }>();
  let visitor = { sub: "1", email: "one@example.org", name: "One" };
  let issuer = "";

  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signToken = (claims: object) => {
    const content = `${encode({ alg: "RS256", kid: "k" })}.${encode(claims)}`;
    return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey).toString("base64url")}`;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    const answer = (body: object) =>
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (url.pathname === "/.well-known/openid-configuration") {
      answer({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
      });
    } else if (url.pathname === "/jwks") {
      answer({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256", use: "sig" }] });
    } else if (url.pathname === "/authorize") {
      const code = `code-${grants.size}`;
      grants.set(code, { nonce: url.searchParams.get("nonce"), visitor });
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", url.searchParams.get("state") ?? "");
      response.writeHead(302, { location: back.href }).end();
    } else if (url.pathname === "/token") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const grant = grants.get(new URLSearchParams(body).get("code") ?? "");
        if (!grant) return response.writeHead(400).end();
        const now = Math.floor(Date.now() / 1000);
        const claims = {
          iss: issuer,
          aud: clientId,
          iat: now,
          exp: now + 300,
          nonce: grant.nonce,
          ...grant.visitor,
        };
        return answer({
          access_token: "a",
          token_type: "Bearer",
          expires_in: 300,
          id_token: signToken(claims),
        });
      });
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    setVisitor(next) {
      visitor = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
