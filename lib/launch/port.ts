import "server-only";
import { createServer } from "node:net";
import { AppError } from "#lib/errors.ts";

/** Makes sure that this address can be listened on, before anything slow is begun. Port 0 asks for any free one. */
export function claimPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => reject(explain(host, port, error)));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}

function explain(host: string, port: number, error: Error): AppError {
  const code = "code" in error ? error.code : "";
  const sentence = (): string => {
    if (code === "EADDRINUSE")
      return `Port ${port} is taken by another program: stop that one, or choose another port with PORT=${port === 65535 ? 3001 : port + 1}.`;
    if (code === "EACCES")
      return `This user may not listen on port ${port}: choose one above 1023 with PORT.`;
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      return `This machine has no address ${host}: set HOST to one of its own, such as 127.0.0.1 or 0.0.0.0.`;
    return `The app cannot listen on ${host}, port ${port}: ${error.message}.`;
  };
  return new AppError("unavailable", sentence(), { cause: error });
}

/** The address that a browser on this machine uses. */
export function localAddress(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
