import { buttonVariants } from "#components/ui/button-look.ts";
import { PlainPage } from "#components/ui/plain-page.tsx";

export default function NotFound() {
  return (
    <PlainPage
      title="There is nothing at this address"
      action={
        <a href="/projects" className={buttonVariants({ variant: "primary" })}>
          To your projects
        </a>
      }
    >
      It may have been deleted, or it belongs to a project that you are not a member of. If a colleague sent
      you here, ask them to invite you.
    </PlainPage>
  );
}
