import type { ComponentProps } from "react";
import { cn } from "#components/ui/cn.ts";

/** A table of hairlines that scrolls sideways by itself on a narrow screen. */
export function Table({ className, ...props }: ComponentProps<"table">) {
  return (
    <div className="relative -mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <table className={cn("w-full border-collapse text-left text-sm", className)} {...props} />
    </div>
  );
}

export function Th({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn(
        "whitespace-nowrap border-line border-b py-2 pr-4 font-medium text-ink-3 text-xs",
        className,
      )}
      {...props}
    />
  );
}

export function Td({ className, ...props }: ComponentProps<"td">) {
  return <td className={cn("border-line border-b py-2 pr-4 align-top", className)} {...props} />;
}
