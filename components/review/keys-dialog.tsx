"use client";

import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";

const KEYS: [string[], string][] = [
  [["A"], "Approve"],
  [["R"], "Reject; then digits choose reasons and Enter commits"],
  [["E"], "Edit the thought, the answer or the question"],
  [["Ctrl", "Enter"], "Save the edit and approve, also while typing"],
  [["S"], "Skip: somebody else may take it, and it comes back to you when asked for"],
  [["Z"], "Undo your last action, up to ten back"],
  [["D"], "Show what was edited, word by word"],
  [["I"], "Show or hide the dense description"],
  [["Esc"], "Close what is open; drafts are kept"],
  [["?"], "This list"],
];

export function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keys"
      description="They rest while you type, under dialogs, and until the picture is on the screen."
    >
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2">
        {KEYS.map(([keys, what]) => (
          <div key={what} className="contents">
            <dt className="flex justify-end gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
