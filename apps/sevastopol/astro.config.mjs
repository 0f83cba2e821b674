import node from "@astrojs/node";
import { defineConfig, passthroughImageService } from "astro/config";

export default defineConfig({
  output: "server",
  adapter: node({ mode: "standalone" }),
  // A style sheet of its own, under /_astro/ with its hash in the name, may be cached for ever.
  build: { inlineStylesheets: "never" },
  // No image is processed, here or on request.
  image: { service: passthroughImageService() },
  session: { driver: "memory" },
  devToolbar: { enabled: false },
});
