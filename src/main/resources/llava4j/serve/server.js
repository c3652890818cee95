// How the page speaks with the server it came from: JSON there and back, an answer as a stream, and the token if one is needed.

const TOKEN = 'llava4j-token';

export function useToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

function headers() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token } : { 'Content-Type': 'application/json' };
}

async function answered(response) {
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    const failure = new Error(body?.error?.message ?? 'the server answers ' + response.status);
    failure.status = response.status;
    throw failure;
  }
  return response;
}

export async function get(path) {
  return (await answered(await fetch(path, { headers: headers() }))).json();
}

export async function post(path, body, signal) {
  return answered(await fetch(path, { method: 'POST', headers: headers(), body: JSON.stringify(body), signal }));
}

/** Gives each piece of an answer to `piece`, and returns how many tokens it took, and why it ended. */
export async function stream(request, signal, piece) {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  const response = await post('/v1/chat/completions', body, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const result = { usage: null, end: null };
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return result;
    }
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      if (!event.startsWith('data: ') || event === 'data: [DONE]') {
        continue;
      }
      const chunk = JSON.parse(event.slice(6));
      if (chunk.error) {
        throw new Error(chunk.error.message);
      }
      result.usage = chunk.usage ?? result.usage;
      const choice = chunk.choices[0];
      result.end = choice?.finish_reason ?? result.end;
      if (choice?.delta.content) {
        piece(choice.delta.content);
      }
    }
  }
}
