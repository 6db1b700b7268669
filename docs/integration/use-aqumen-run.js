import { useCallback, useEffect, useRef, useState } from "react";

import { newRequestId, startRun } from "./aqumen-stream.js";

const IDLE = { status: "idle", steps: [], percent: 0, final: null, failure: null };

/** Follow one run at a time: `const { state, start, cancel } = useAqumenRun(API_URL)`. */
export function useAqumenRun(api) {
  const [order, setOrder] = useState(null);
  const [state, setState] = useState(IDLE);
  const run = useRef(null);

  useEffect(() => {
    if (order === null) return undefined;
    const set = (change) => setState((before) => ({ ...before, ...change(before) }));
    setState({ ...IDLE, status: "running" });
    run.current = startRun(api, order, {
      onEvent: (name, data) => {
        if (data.type === "step") set(({ steps }) => ({ steps: [...steps, data] }));
        if (name === "progress") set(() => ({ percent: data.percent }));
      },
      onConnected: () => set(() => ({ status: "running" })),
      onReconnecting: () => set(() => ({ status: "reconnecting" })),
      onResult: (final) => set(() => ({ status: "done", final })),
      onFailure: (failure) => set(() => ({ status: "failed", failure })),
    });
    return () => run.current.close();
  }, [api, order]);

  // The id is made here, not in the effect: an effect that is run twice attaches to one run.
  const start = useCallback(
    (parameters) => setOrder({ request_id: newRequestId(), ...parameters }),
    [],
  );
  const cancel = useCallback(() => run.current?.cancel(), []);
  return { state, start, cancel };
}
