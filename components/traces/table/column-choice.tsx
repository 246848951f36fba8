"use client";

import { COLUMN_LABELS } from "#components/traces/table/columns.ts";
import { MenuChoice, MenuLabel } from "#components/ui/menu.tsx";
import { DEFAULT_COLUMNS, TABLE_COLUMNS, type TableColumn } from "#lib/traces/filter-schema.ts";

export interface ColumnChoiceProps {
  /** Undefined: those that are shown unless somebody chose. */
  chosen: readonly TableColumn[] | undefined;
  onChange: (columns: TableColumn[] | undefined) => void;
}

/** The columns beside kind and question. */
export function ColumnChoice({ chosen, onChange }: ColumnChoiceProps) {
  const shown = chosen ?? DEFAULT_COLUMNS;
  function toggle(column: TableColumn, isShown: boolean) {
    const next = TABLE_COLUMNS.filter((one) => (one === column ? isShown : shown.includes(one)));
    const isDefault =
      next.length === DEFAULT_COLUMNS.length && next.every((one) => DEFAULT_COLUMNS.includes(one));
    onChange(isDefault ? undefined : next);
  }
  return (
    <>
      <MenuLabel>Columns</MenuLabel>
      {TABLE_COLUMNS.map((column) => (
        <MenuChoice
          key={column}
          isChosen={shown.includes(column)}
          onChoose={(isShown) => toggle(column, isShown)}
        >
          {COLUMN_LABELS[column]}
        </MenuChoice>
      ))}
    </>
  );
}
