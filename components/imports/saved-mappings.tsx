"use client";

import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { askServer } from "#components/people/ask-server.ts";
import { Button } from "#components/ui/button.tsx";
import { Input, Select } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { deleteMappingAction, saveMappingAction } from "#lib/interchange/actions.ts";
import type { Mapping, SavedMapping } from "#lib/interchange/mapping-schema.ts";

/** Mappings that the project keeps: one is taken up, this one is kept under a name, one is forgotten. */
export function SavedMappings({
  projectId,
  saved,
  mapping,
  onChoose,
}: {
  projectId: string;
  saved: SavedMapping[];
  mapping: Mapping;
  onChoose: (mapping: Mapping) => void;
}) {
  const router = useRouter();
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState("");
  const chooseId = useId();
  const nameId = useId();

  async function save() {
    const result = await askServer(() => saveMappingAction({ projectId, name, mapping }));
    if (!result?.data)
      return void toast.error(result?.serverError?.message ?? "The mapping was not kept. Try again.");
    toast.success(`Kept as “${result.data.name}”.`);
    setChosen(result.data.id);
    setName("");
    router.refresh();
  }
  async function forget() {
    const result = await askServer(() => deleteMappingAction({ projectId, mappingId: chosen }));
    if (result?.serverError) return void toast.error(result.serverError.message);
    setChosen("");
    router.refresh();
  }

  return (
    <div className="grid content-start gap-3">
      {saved.length > 0 ? (
        <div className="grid gap-1.5">
          <label htmlFor={chooseId} className="font-medium text-ink text-sm">
            A mapping that is kept
          </label>
          <div className="flex gap-2">
            <Select
              id={chooseId}
              value={chosen}
              onChange={(event) => {
                setChosen(event.target.value);
                const found = saved.find(({ id }) => id === event.target.value);
                if (found) onChoose(found.mapping);
              }}
            >
              <option value="">–</option>
              {saved.map(({ id, name: label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Select>
            <Button variant="ghost" disabled={chosen === ""} onClick={() => void forget()}>
              Forget
            </Button>
          </div>
        </div>
      ) : null}
      <div className="grid gap-1.5">
        <label htmlFor={nameId} className="font-medium text-ink text-sm">
          Keep this mapping as
        </label>
        <div className="flex gap-2">
          <Input id={nameId} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
          <Button disabled={name.trim() === ""} onClick={() => void save()}>
            Keep
          </Button>
        </div>
      </div>
    </div>
  );
}
