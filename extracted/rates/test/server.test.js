import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../src/server.js", import.meta.url));

test("the process serves, and ends by itself when it is asked to", async () => {
  const child = spawn(process.execPath, [SERVER], { env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(child.stdout, "data");
    const url = String(line).match(/http:\S+/)[0];
    const answer = await fetch(`${url}/api/shipping/rates/?country=DE&weight_grams=1200`);
    assert.equal(answer.status, 200);
    assert.equal((await answer.json())[0].price, "4.90");
    const head = await fetch(`${url}/healthz`, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});
