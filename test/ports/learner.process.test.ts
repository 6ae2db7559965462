import { after } from "node:test";
import { document, type FakeTrainer, openFake } from "../trainers/support/trainer.ts";
import { learnerSuite } from "./learner.suite.ts";

const opened: FakeTrainer[] = [];
after(() => Promise.all(opened.map((fake) => fake[Symbol.asyncDispose]())));

learnerSuite("process", async ({ validation }) => {
  const fake = await openFake("", { document: document(validation ? 0.2 : 0) });
  opened.push(fake);
  return { learner: fake.trainer, base: fake.base };
});
