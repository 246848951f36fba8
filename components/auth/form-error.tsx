import { Notice } from "#components/ui/page.tsx";

/** What went wrong with a form as a whole; read out when it appears. */
export function FormError({ message }: { message: string | null | undefined }) {
  return message ? (
    <Notice tone="wrong" role="alert">
      {message}
    </Notice>
  ) : null;
}
