/** Starts a trainer, says its process id and its protections, and stays until it is killed. */
import { openFake } from "./trainer.ts";

const { trainer, lines } = await openFake("outlives-input");
const pid = lines.find(({ message }) => message === "trainer is ready")?.context["pid"];
process.stdout.write(`${JSON.stringify({ pid, protections: trainer.protections })}\n`);
