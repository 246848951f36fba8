/**
 * The same for every entry of every archive, so that equal content makes equal bytes. ZIP keeps local time: the date
 * is made in the zone of the moment, and reads as the first of January 1980 in all of them.
 */
export function entryOptions() {
  return { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
}
