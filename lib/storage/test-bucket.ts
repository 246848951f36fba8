import { createServer, type Server } from "node:http";
import { buffer } from "node:stream/consumers";

/** For tests: as much of the S3 protocol as the storage uses, over one map; a bucket of which one prefix can be used. */
export async function startBucketServer(): Promise<Server> {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const key = decodeURIComponent(url.pathname).replace(/^\/bucket\/?/, "");
    const body = await buffer(request);
    if (key !== "" && !key.startsWith("some/prefix/")) return void response.writeHead(403).end();
    if (request.method === "PUT") {
      objects.set(key, body);
      return void response.writeHead(200, { etag: '"1"' }).end();
    }
    if (request.method === "DELETE") {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (request.method === "POST" && url.searchParams.has("delete")) {
      for (const [, name] of body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)) objects.delete(name ?? "");
      return void response.writeHead(200).end("<DeleteResult></DeleteResult>");
    }
    if (key === "") {
      const prefix = url.searchParams.get("prefix") ?? "";
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix));
      const rows = names.map((name) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`).join("");
      return void response
        .writeHead(200, { "content-type": "application/xml" })
        .end(`<ListBucketResult><IsTruncated>false</IsTruncated>${rows}</ListBucketResult>`);
    }
    const found = objects.get(key);
    if (!found) {
      const xml = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
      return void response
        .writeHead(404, { "content-type": "application/xml" })
        .end(request.method === "HEAD" ? "" : xml);
    }
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    if (range && request.method === "GET") {
      const part = found.subarray(Number(range[1]), Number(range[2]) + 1);
      return void response.writeHead(206, { "content-length": part.length, etag: '"1"' }).end(part);
    }
    response
      .writeHead(200, { "content-length": found.length, etag: '"1"' })
      .end(request.method === "HEAD" ? "" : found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
