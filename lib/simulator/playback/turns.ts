/** Hands out the entries of hand-written lists in turn. */
export type Turns = {
  /**
   * The place in a list of `length` that is next under `key`, or undefined once in every round, when a rule-made
   * text takes its turn: so that more samples than entries are not all repetitions. The same ticket gets the same
   * place again; without a ticket each call is a new one.
   */
  take(key: string, length: number, ticket: string | undefined): number | undefined;
};

export function createTurns(): Turns {
  const lists = new Map<string, { next: number; tickets: Map<string, number> }>();
  return {
    take(key, length, ticket) {
      if (length === 0) return undefined;
      let list = lists.get(key);
      if (!list) {
        list = { next: 0, tickets: new Map() };
        lists.set(key, list);
      }
      let turn = ticket === undefined ? undefined : list.tickets.get(ticket);
      if (turn === undefined) {
        turn = list.next;
        list.next += 1;
        if (ticket !== undefined) list.tickets.set(ticket, turn);
      }
      const place = turn % (length + 1);
      return place < length ? place : undefined;
    },
  };
}
