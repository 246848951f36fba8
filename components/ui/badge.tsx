import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn.ts";

const badgeVariants = cva(
  "inline-flex items-center gap-1 whitespace-nowrap rounded-sm px-1.5 py-px font-medium text-xs [&_svg]:size-3",
  {
    variants: {
      tone: {
        neutral: "bg-sunk text-ink-2 ring-1 ring-line ring-inset",
        accent: "bg-accent-soft text-accent",
        right: "bg-correct-soft text-correct",
        wrong: "bg-wrong-soft text-wrong",
        unsure: "bg-unsure-soft text-unsure",
        outline: "text-ink-2 ring-1 ring-line-2 ring-inset",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof badgeVariants>["tone"]>;

export function Badge({
  tone,
  className,
  ...props
}: ComponentProps<"span"> & VariantProps<typeof badgeVariants>) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />;
}

/** Stands wherever a text came from the simulator and not from a model. */
export function SimulatedBadge({ className }: { className?: string }) {
  return (
    <Badge tone="unsure" className={className} title="This text was made by the simulator, not by a model">
      simulated
    </Badge>
  );
}
