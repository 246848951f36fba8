export function findChromium(playwrights: string | undefined): string | undefined;
export function installChromium(): boolean;
export const NO_CHROMIUM: string;
