"use client";

import { FormError } from "#components/auth/form-error.tsx";
import { useCommand } from "#components/people/use-command.ts";
import { Button } from "#components/ui/button.tsx";
import { acceptOfferAction } from "#lib/endpoints/actions.ts";
import type { EndpointOffer } from "#lib/endpoints/offers.ts";
import { PURPOSE_LABELS, PURPOSES } from "#lib/endpoints/schema.ts";

/** Endpoints whose keys the server has: one press sets one up and lets it serve what it is good for. */
export function OfferList({ projectId, offers }: { projectId: string; offers: EndpointOffer[] }) {
  const { run, isPending, error } = useCommand();
  return (
    <div className="grid gap-3">
      <FormError message={error} />
      <ul>
        {offers.map((offer) => (
          <li
            key={offer.variable}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-line border-b py-3 first:pt-0 last:border-b-0"
          >
            <div className="min-w-0">
              <h3 className="font-medium text-ink">{offer.name}</h3>
              <p className="break-all font-mono text-ink-2 text-xs">{offer.baseUrl}</p>
              <p className="mt-0.5 text-ink-3 text-xs">
                {PURPOSES.flatMap((purpose) => {
                  const assignment = offer.assignments[purpose];
                  return assignment ? [`${PURPOSE_LABELS[purpose].name}: ${assignment.model}`] : [];
                }).join(" · ")}
              </p>
            </div>
            <Button
              size="sm"
              variant="primary"
              disabled={isPending}
              onClick={() =>
                run(
                  () => acceptOfferAction({ projectId, variable: offer.variable }),
                  `${offer.name} serves now. Test it, and check its models.`,
                )
              }
            >
              Use it<span className="sr-only">: {offer.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
