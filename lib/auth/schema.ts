import { z } from "zod";
import { ROLES } from "#lib/auth/permissions.ts";

export const MIN_PASSWORD = 10;

/** Lower case, without blanks around it: the form in which addresses are kept and compared. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "This address is too long.")
  .pipe(z.email("Enter an email address, like ada@example.org."));

export const nameSchema = z.string().trim().min(1, "Enter a name.").max(80, "Use at most 80 characters.");

/** Common passwords that are long enough; anything else of this length is left to the person. */
const COMMON = new Set([
  "1234567890",
  "0123456789",
  "qwertyuiop",
  "password12",
  "password123",
  "passwordpassword",
]);

export const newPasswordSchema = z
  .string()
  .min(MIN_PASSWORD, `Use at least ${MIN_PASSWORD} characters.`)
  .max(200, "Use at most 200 characters.")
  .refine(
    (value) => new Set(value).size > 3 && !COMMON.has(value.toLowerCase()),
    "This password is too easy to guess.",
  );

export const roleSchema = z.enum(ROLES);

/** A new account: its password must not be its address. */
export const accountSchema = z
  .object({ email: emailSchema, name: nameSchema, password: newPasswordSchema })
  .refine((value) => value.password.toLowerCase() !== value.email, {
    path: ["password"],
    message: "The password must not be the email address.",
  });
export type NewAccount = z.infer<typeof accountSchema>;

export const setUpSchema = accountSchema.safeExtend({
  code: z.string().trim().min(1, "Enter the set-up code."),
});

export const signInSchema = z.object({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(1000),
});

export const tokenSchema = z.string().min(20).max(200);

export const invitationSchema = z.object({
  /** Empty: whoever has the link. */
  email: z.union([z.literal("").transform(() => null), emailSchema]),
  makesAdmin: z.boolean().default(false),
});

export const projectInvitationSchema = z.object({
  projectId: z.uuid(),
  email: z.union([z.literal("").transform(() => null), emailSchema]),
  role: roleSchema,
});

export const changePasswordSchema = z
  .object({ current: z.string().max(1000), next: newPasswordSchema })
  .refine((value) => value.current !== value.next, {
    path: ["next"],
    message: "Choose a password that differs from the current one.",
  });
