// Each page and each run is one place to go back to, however it is looked at: a change within it takes
// the place of the address before. An address that asks for a run is a new place, which the run's own
// then takes.
export default function () {
  if (history.replacesOwn) return;
  history.replacesOwn = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const [now, then] = [new URL(location.href), new URL(url, location.href)];
    const is = (name) => now.searchParams.get(name) === then.searchParams.get(name);
    const within = now.pathname === then.pathname && is("run") && !then.searchParams.has("request");
    if (within || now.searchParams.has("request")) history.replaceState(state, title, url);
    else push(state, title, url);
  };
}
