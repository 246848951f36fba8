import { cn } from "#components/ui/cn.ts";

/** How far something is. `value` and `max` in the same unit; without a `max` it says only that work goes on. */
export function Progress({
  label,
  value,
  max,
  className,
}: {
  label: string;
  value: number;
  max: number | null;
  className?: string;
}) {
  const share = max === null ? null : max === 0 ? 1 : Math.min(1, value / max);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      {...(max === null ? {} : { "aria-valuemax": max, "aria-valuenow": Math.min(value, max) })}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-line", className)}
    >
      <div
        className={cn(
          "h-full rounded-full bg-ink transition-[width] duration-300",
          share === null && "w-1/3 animate-pulse",
        )}
        style={share === null ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  );
}
