// A training run as it goes: nothing to show where the server serves a model that is trained already.

export function follow() {
}
