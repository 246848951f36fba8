/**
 * Where to go after signing in: an address of this app, or the list of projects. Whatever could lead to another
 * site (`//other`, `/\other`, `https:`) is not taken.
 */
export function safeNextAddress(value: string | string[] | null | undefined): string {
  const address = Array.isArray(value) ? value[0] : value;
  if (!address || !/^\/(?![/\\])[^\s\\]*$/.test(address) || isClimbing(address)) return "/projects";
  return /^\/(sign-in|setup|api)(\/|\?|$)/.test(address) ? "/projects" : address;
}

/** `/..//other` becomes `//other` once its steps are taken, which some readers take for another site. */
function isClimbing(address: string): boolean {
  return /(^|\/)(\.|%2e){1,2}(\/|$)/i.test(address.replace(/[?#].*$/, ""));
}
