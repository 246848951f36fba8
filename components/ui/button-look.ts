import { cva } from "class-variance-authority";

/** How a button looks, for what is not made by `Button`; under a finger it is at least 44 pixels each way. */
export const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-ink text-paper hover:bg-ink-2",
        secondary: "border border-line-2 bg-raised text-ink hover:bg-sunk",
        ghost: "text-ink-2 hover:bg-sunk hover:text-ink",
        danger: "border border-wrong/40 bg-raised text-wrong hover:bg-wrong-soft",
        link: "link h-auto! px-0! text-ink",
      },
      size: {
        sm: "h-7 px-2.5 text-xs pointer-coarse:h-11 pointer-coarse:min-w-11",
        md: "h-9 px-3.5 text-sm pointer-coarse:h-11 pointer-coarse:min-w-11",
        lg: "h-11 px-5 text-base",
        icon: "size-9 pointer-coarse:size-11",
        "icon-sm": "size-7 pointer-coarse:size-11",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);
