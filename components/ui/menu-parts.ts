"use client";

import type { Menu as Radix } from "radix-ui/internal";
import { createContext } from "react";

/** What stands in a menu, once it is fetched. */
export type MenuParts = Pick<typeof Radix, "Item" | "CheckboxItem" | "ItemIndicator" | "Label" | "Separator">;

export const MenuPartsContext = createContext<MenuParts | null>(null);
