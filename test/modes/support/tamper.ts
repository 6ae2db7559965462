import type { Channel, Channels, Message } from "../../../node/ports/channels.ts";

/** What becomes of a message: what is sent in its place, or `cut`: the line breaks before it, or behind it. */
export type Fate = readonly Message[] | "cut" | "cut behind";

/** Channels whose opener's messages go through `fate`, by how many were sent before of all channels together. */
export function tampered(channels: Channels, fate: (message: Message, sent: number) => Fate): Channels {
  let sent = 0;
  return {
    ...channels,
    async open(peer, purpose, options) {
      const channel = await channels.open(peer, purpose, options);
      const broken = new Error("the test broke the line");
      const own: Pick<Channel, "send"> = {
        async send(message, given) {
          const due = fate(message, sent++);
          if (due === "cut") channel.abort(broken);
          if (typeof due === "string") await channel.send(message, given);
          else for (const each of due) await channel.send(each, given);
          if (due === "cut behind") channel.abort(broken);
        },
      };
      return new Proxy(channel, {
        get(target, name) {
          const value: unknown = name === "send" ? own.send : Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}
