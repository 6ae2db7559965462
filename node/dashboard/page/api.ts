/** What an answer other than 200 means: 401 asks for the address with the token, others can be tried again. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks this page's server. @throws AnswerError; TypeError where the server is away */
export async function ask(path: string, token: string, signal?: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(path, { headers, ...(signal ? { signal } : {}) });
  if (answer.ok) return answer;
  const { error } = (await answer.json().catch(() => ({}))) as { error?: { message?: string } };
  throw new AnswerError(answer.status, error?.message ?? `the server answered ${answer.status}`);
}

export const askJson = async <T>(path: string, token: string, signal?: AbortSignal): Promise<T> =>
  (await (await ask(path, token, signal)).json()) as T;
