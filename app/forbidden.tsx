import { buttonVariants } from "#components/ui/button-look.ts";
import { PlainPage } from "#components/ui/plain-page.tsx";

/** Shown with status 403 to someone who is known but may not do this. */
export default function Forbidden() {
  return (
    <PlainPage
      title="This is not yours to open"
      action={
        <a href="/projects" className={buttonVariants({ variant: "primary" })}>
          To your projects
        </a>
      }
    >
      Your role does not allow it, or the project is archived and can only be read. One of its owners can
      change that; pages of the server itself are its administrators’.
    </PlainPage>
  );
}
