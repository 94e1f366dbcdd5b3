// Every test runs four times: compiled with TC39 and with experimental decorators, on Express 5 and on
// Express 4, each with ws 7 once and with ws 8 once.
const decorators = { tc39: "tsconfig.json", experimental: "tsconfig.experimental.json" };
const expresses = { 5: "express", 4: "express4" };
// Each of them with the ws that express-ws brings, and with the one that an npm override gives it.
const sockets = { tc39: { 5: 7, 4: 8 }, experimental: { 5: 8, 4: 7 } };

/** What a project's decorators or Express make no difference to, it leaves to the others. */
function elsewhere(mode, major) {
  return [
    // The types are those of Express 5 whichever Express runs.
    ...(major === "5" ? [] : ["/packaging/snippets\\.test"]),
    // Processes of their own, with the decorators and the Express of the example.
    ...(mode === "tc39" && major === "5"
      ? []
      : ["/acceptance/start\\.test", "/acceptance/04-chat-vite\\.test", "/server/signals\\.test"]),
    // The documents, the build and the compiler are the same for all.
    ...(mode === "tc39" && major === "5"
      ? []
      : ["/packaging/links\\.test", "/packaging/loading\\.test", "/packaging/type-cost\\.test"]),
    // They are made of routes alone, and their validators take seconds.
    ...(major === "5" ? [] : ["/__tests__/document/"]),
    // The grammar and the client know neither decorators nor Express.
    ...(mode === "tc39" && major === "5"
      ? []
      : [
          "/__tests__/path/",
          "/__tests__/client/(?!gateway)",
          "/__tests__/client\\.test",
          "/call/call-target\\.test",
        ]),
    // What is in them is routes without decorators, or no routes at all, and takes long.
    ...(mode === "tc39"
      ? []
      : [
          "/express/reply-differential",
          "/express/create-server-differential\\.test",
          "/http/json-position\\.test",
        ]),
    // Experimental decorators can't stand on #private methods.
    ...(mode === "tc39" ? [] : ["/toolchains/private-methods\\.test"]),
  ];
}

function project(mode, major) {
  return {
    displayName: `${mode} express${major}`,
    testEnvironment: "node",
    testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
    testPathIgnorePatterns: [
      "/node_modules/",
      "/packaging/consumers/",
      "/__tests__/system/", // jest.system.config.js
      ...elsewhere(mode, major),
    ],
    modulePathIgnorePatterns: ["<rootDir>/dist/"],
    transform: {
      "\\.ts$": ["ts-jest", { tsconfig: `<rootDir>/${decorators[mode]}`, transpilation: true }],
    },
    moduleNameMapper: {
      "^colonnade$": "<rootDir>/src/index.ts",
      "^colonnade/client$": "<rootDir>/src/call.ts",
      "^colonnade/declare$": "<rootDir>/src/declare.ts",
      "^ws$": `<rootDir>/node_modules/${sockets[mode][major] === 7 ? "ws" : "ws8"}`,
      "^express(/.*)?$": `<rootDir>/node_modules/${expresses[major]}$1`,
    },
    globals: { DECORATORS: mode, EXPRESS_MAJOR: Number(major), WS_MAJOR: sockets[mode][major] },
  };
}

module.exports = {
  // One for each processor: by default Jest leaves one of them idle, and half of two is a lot.
  maxWorkers: "100%",
  projects: Object.keys(decorators).flatMap((mode) =>
    Object.keys(expresses).map((major) => project(mode, major)),
  ),
};
