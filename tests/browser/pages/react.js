/** React's build for script tags as the module "react", which pages import. */
export const { useCallback, useEffect, useRef, useState } = window.React;
