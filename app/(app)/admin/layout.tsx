import type { ReactNode } from "react";
import { TopBar } from "#components/shell/top-bar.tsx";
import { TabsNav } from "#components/ui/tabs-nav.tsx";
import { requireAdmin } from "#lib/auth/session.ts";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const user = await requireAdmin();
  return (
    <>
      <TopBar user={user} />
      <main>
        <div className="mx-auto w-full max-w-5xl px-4 pt-6 sm:px-8 [&>nav]:mb-0">
          <TabsNav
            label="Administration"
            items={[
              { href: "/admin/users", label: "Users" },
              { href: "/admin/server", label: "Server" },
              { href: "/admin/activity", label: "Activity" },
            ]}
          />
        </div>
        {children}
      </main>
    </>
  );
}
