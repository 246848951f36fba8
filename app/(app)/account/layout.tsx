import type { ReactNode } from "react";
import { TopBar } from "#components/shell/top-bar.tsx";
import { requireUser } from "#lib/auth/session.ts";

export default async function AccountLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  return (
    <>
      <TopBar user={user} />
      <main>{children}</main>
    </>
  );
}
