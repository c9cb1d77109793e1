/**
 * Serves the rates over HTTP.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | HOST | 127.0.0.1 | address to listen on; 0.0.0.0 in a container |
 * | PORT | 8003 | port to listen on; 0 takes a free one, which the first line of output names |
 */

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

import { answer } from "./app.js";

const KEEP_ALIVE_MS = 75_000; // longer than a proxy's pauses, so that it is never this side that closes
const newId = () => randomUUID().replaceAll("-", "");

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const started = performance.now();
  request.resume(); // no request's body means anything here
  const { status, headers, body } = answer({ method: request.method, url: request.url, headers: request.headers, newId });
  const bytes = Buffer.from(body);
  const milliseconds = (performance.now() - started).toFixed(1);
  response.writeHead(status, { ...headers, "Content-Length": bytes.length, "Server-Timing": `app;dur=${milliseconds}` });
  response.end(request.method === "HEAD" ? undefined : bytes);
});

server.listen(Number(process.env.PORT ?? 8003), process.env.HOST ?? "127.0.0.1", () => {
  const { address, port } = server.address();
  console.log(`Serving at http://${address}:${port}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  // Lets running requests end; idle connections are closed at once.
  process.once(signal, () => server.close());
}
