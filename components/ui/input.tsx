import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn.ts";

// Under a finger the letters are 16 pixels: with fewer, tablets zoom the whole page to the field.
const field =
  "w-full rounded-md border border-line-2 bg-raised px-3 text-sm text-ink pointer-coarse:text-base placeholder:text-ink-3 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-wrong";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(field, "h-9 pointer-coarse:h-11", className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return <textarea className={cn(field, "min-h-24 py-2 leading-relaxed", className)} {...props} />;
}

/** The platform's own select: the best keyboard and touch behaviour there is. */
export function Select({ className, ...props }: ComponentProps<"select">) {
  return <select className={cn(field, "h-9 pr-8 pointer-coarse:h-11", className)} {...props} />;
}

export function Checkbox({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  return <input type="checkbox" className={cn("size-4 shrink-0 accent-accent", className)} {...props} />;
}

export function Radio({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  return <input type="radio" className={cn("size-4 shrink-0 accent-accent", className)} {...props} />;
}
