"use client";

import { Search } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import { Input, Select } from "#components/ui/input.tsx";
import { type GalleryFilter, galleryQuery, type ImageStatus } from "#lib/images/schema.ts";

const STATUS_LABELS: Record<ImageStatus, string> = {
  all: "all images",
  "with-questions": "with questions",
  "not-run": "not run yet",
  missing: "file missing",
};

/** Narrows the gallery. Everything stands in the address, so that a view can be sent to a colleague. */
export function GalleryFilters({ filter, splits }: { filter: GalleryFilter; splits: string[] }) {
  const router = useRouter();
  const pathname = usePathname();
  const [isPending, startTransition] = useTransition();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function change(values: Partial<GalleryFilter>) {
    clearTimeout(timer.current);
    startTransition(() =>
      router.replace(`${pathname}${galleryQuery({ ...filter, ...values })}`, { scroll: false }),
    );
  }

  return (
    <search className="mb-5 flex flex-wrap items-center gap-2" aria-busy={isPending}>
      <form
        className="relative w-full sm:w-72"
        onSubmit={(event) => {
          event.preventDefault();
          change({ q: String(new FormData(event.currentTarget).get("q") ?? "").trim() });
        }}
      >
        <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
        <Input
          type="search"
          name="q"
          aria-label="Search descriptions and names"
          placeholder="Search descriptions and names"
          defaultValue={filter.q}
          key={filter.q === "" ? "empty" : "filled"}
          className="h-8 pl-8"
          maxLength={200}
          onChange={(event) => {
            const q = event.target.value.trim();
            clearTimeout(timer.current);
            if (q !== "" || filter.q !== "") timer.current = setTimeout(() => change({ q }), 350);
          }}
        />
      </form>
      <Select
        aria-label="Which images"
        className="h-8 w-auto text-xs"
        value={filter.status}
        onChange={(event) => change({ status: event.target.value as ImageStatus })}
      >
        {Object.entries(STATUS_LABELS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      {splits.length > 0 ? (
        <Select
          aria-label="Split"
          className="h-8 w-auto text-xs"
          value={filter.split}
          onChange={(event) => change({ split: event.target.value })}
        >
          <option value="">every split</option>
          {splits.map((split) => (
            <option key={split} value={split}>
              {split}
            </option>
          ))}
        </Select>
      ) : null}
      <Select
        aria-label="Order"
        className="h-8 w-auto text-xs"
        value={filter.sort}
        onChange={(event) => change({ sort: event.target.value === "oldest" ? "oldest" : "newest" })}
      >
        <option value="newest">newest first</option>
        <option value="oldest">oldest first</option>
      </Select>
    </search>
  );
}
