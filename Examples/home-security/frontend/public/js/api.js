// The REST API. An answer that is not a success becomes an Error that says what the backend said.

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("the server cannot be reached");
  }
  if (!response.ok) throw new Error(await reason(response));
  return response.status === 204 ? null : response.json();
}

async function reason(response) {
  try {
    const { detail } = await response.json();
    if (Array.isArray(detail)) return detail.map((part) => `${part.loc.at(-1)}: ${part.msg}`).join(", ");
    return detail ?? `the server answered ${response.status}`;
  } catch {
    return `the server answered ${response.status}`;
  }
}

/** A query string of what is set. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== "" && value != null);
  return set.length ? `?${new URLSearchParams(set)}` : "";
}

export const api = {
  get: (path) => call("GET", path),
  post: (path, body) => call("POST", path, body),
  patch: (path, body) => call("PATCH", path, body),
  delete: (path) => call("DELETE", path),
};
