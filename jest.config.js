// Every test runs four times: compiled with TC39 and with experimental decorators, on Express 5 and on Express 4.
const decorators = { tc39: "tsconfig.json", experimental: "tsconfig.experimental.json" };
const expresses = { 5: "express", 4: "express4" };

function project(mode, major) {
  return {
    displayName: `${mode} express${major}`,
    testEnvironment: "node",
    testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
    testPathIgnorePatterns: ["/node_modules/", "/__tests__/packaging/consumers/"],
    modulePathIgnorePatterns: ["<rootDir>/dist/"],
    transform: {
      "\\.ts$": ["ts-jest", { tsconfig: `<rootDir>/${decorators[mode]}`, transpilation: true }],
    },
    moduleNameMapper: {
      "^colonnade$": "<rootDir>/src/index.ts",
      "^express(/.*)?$": `<rootDir>/node_modules/${expresses[major]}$1`,
    },
    globals: { DECORATORS: mode, EXPRESS_MAJOR: Number(major) },
  };
}

module.exports = {
  projects: Object.keys(decorators).flatMap((mode) =>
    Object.keys(expresses).map((major) => project(mode, major)),
  ),
};
