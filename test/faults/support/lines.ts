/** What a daemon's log says when an effect begins and when it is done, by the beginning of its key. */
export const began = (key: string): RegExp => new RegExp(`"key":"${key}/[^"]*".*"msg":"began"`);
export const did = (key: string): RegExp => new RegExp(`"key":"${key}/[^"]*".*"msg":"did"`);
