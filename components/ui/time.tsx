"use client";

import { useEffect, useState } from "react";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, with the full date on hover. The server renders the date, so that both sides agree. */
export function TimeAgo({ at }: { at: Date | string }) {
  const date = typeof at === "string" ? new Date(at) : at;
  const iso = date.toISOString();
  const [text, setText] = useState(iso.slice(0, 10));
  useEffect(() => {
    const update = () => setText(describeAge(new Date(iso), new Date()));
    update();
    const timer = setInterval(update, 30_000);
    return () => clearInterval(timer);
  }, [iso]);
  return (
    <time
      dateTime={iso}
      title={iso.replace("T", " ").slice(0, 16).concat(" UTC")}
      className="whitespace-nowrap"
    >
      {text}
    </time>
  );
}

function describeAge(date: Date, now: Date): string {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return "just now";
}
