import { type NextRequest, NextResponse } from "next/server";

const SESSION_COOKIES = ["second-look.session", "__Secure-second-look.session"];
const OPEN_TO_ALL = /^\/(sign-in|setup|invitation|reset)(\/|$)/;

/**
 * Sends whoever has no session cookie to sign in, without looking whether the cookie is good: that is decided by
 * `lib/auth/session.ts` in every page. Tells pages their own address, so that signing in leads back to it.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const hasCookie = SESSION_COOKIES.some((name) => request.cookies.has(name));
  if (!hasCookie && !OPEN_TO_ALL.test(pathname)) {
    const target = request.nextUrl.clone();
    target.pathname = "/sign-in";
    target.search = pathname === "/" ? "" : `?${new URLSearchParams({ next: pathname + search })}`;
    return NextResponse.redirect(target);
  }
  const headers = new Headers(request.headers);
  headers.set("x-second-look-path", pathname + search);
  return NextResponse.next({ request: { headers } });
}

export const config = {
  // Never /api: a matched route gets only the first 10 MB of its body. Never static files.
  matcher: ["/((?!api/|_next/|.*\\.(?:svg|png|jpg|ico|webp|woff2|txt|webmanifest)$).*)"],
};
