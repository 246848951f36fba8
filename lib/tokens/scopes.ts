import { can, type Permission, type ProjectRole } from "#lib/auth/permissions.ts";

/**
 * What a token can be allowed, and the permission that its maker needs for it: when it is made, and at every request.
 * Lines of a frozen version name keys and thoughts that a reviewer may have to judge blind: they need what exports need.
 */
export const API_SCOPES = {
  "images:read": { permission: "project.read", label: "See images, their descriptions and imports" },
  "images:write": { permission: "images.import", label: "Upload and import images" },
  "runs:read": { permission: "project.read", label: "See runs and how far they are" },
  "runs:write": {
    permission: "runs.manage",
    label: "Estimate, start, pause, resume and cancel runs: spends money",
  },
  "traces:read": { permission: "project.read", label: "See traces and verdicts, as far as its maker may" },
  "verdicts:write": { permission: "traces.judge", label: "Give verdicts in its maker’s name" },
  "datasets:read": { permission: "project.read", label: "See dataset versions and what they hold" },
  "datasets:write": {
    permission: "datasets.manage",
    label: "Freeze and withdraw dataset versions, compare with benchmarks",
  },
  "exports:read": { permission: "datasets.export", label: "Read frozen records, download exports" },
  "exports:write": { permission: "datasets.export", label: "Have exports made and pushed to the Hub" },
} as const satisfies Record<string, { permission: Permission; label: string }>;

export type ApiScope = keyof typeof API_SCOPES;
export const SCOPE_NAMES = Object.keys(API_SCOPES) as ApiScope[];

/** The scopes that a member with this role can give a token. */
export function scopesOf(role: ProjectRole): ApiScope[] {
  return SCOPE_NAMES.filter((scope) => can(role, API_SCOPES[scope].permission));
}

export function isScope(text: string): text is ApiScope {
  return Object.hasOwn(API_SCOPES, text);
}

/** How long a token works, in days; null: until it is revoked. */
export const TOKEN_DAYS = [7, 30, 90, 365] as const;
