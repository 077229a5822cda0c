using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace LuckyGraph.Gateway.Explorer;

/// <summary>
/// Serves the explorer that Vite builds from <c>tools/explorer</c>: its page where a browser opens <c>/graphql</c>, its files
/// below <c>/explorer/</c>. The folder may appear while the gateway runs.
/// </summary>
internal static class ExplorerPage
{
    // The editor starts its workers from files of its own and sets styles from code; nothing comes from elsewhere.
    private const string PagePolicy
        = "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private const string NotBuilt = """
        <!doctype html>
        <html lang="en">
          <head><meta charset="utf-8"><title>LuckyGraph</title></head>
          <body>
            <h1>This is a GraphQL endpoint</h1>
            <p>The explorer is not built yet. Build it once with Node 20, then reload this page:</p>
            <pre>cd tools/explorer
        npm ci
        npm run build</pre>
          </body>
        </html>

        """;

    /// <summary>Serves the explorer's files.</summary>
    public static void UseExplorer(this WebApplication app)
    {
        var folder = app.Services.GetRequiredService<GatewaySettings>().ExplorerFolder;
        var types = new FileExtensionContentTypeProvider();
        app.MapMethods("/explorer/{**path}", ["GET", "HEAD"], (HttpContext context, string path) => ServeAsync(context, folder, path, types));
    }

    /// <summary>Answers a browser that opens the endpoint.</summary>
    public static async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var page = Path.Combine(context.RequestServices.GetRequiredService<GatewaySettings>().ExplorerFolder, "index.html");
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = PagePolicy;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "Accept";
        if (File.Exists(page))
        {
            await response.SendFileAsync(page, context.RequestAborted);
        }
        else
        {
            await response.WriteAsync(NotBuilt, context.RequestAborted);
        }
    }

    private static async Task ServeAsync(HttpContext context, string folder, string path, FileExtensionContentTypeProvider types)
    {
        // The provider refuses paths that lead out of its folder.
        using var files = Directory.Exists(folder) ? new PhysicalFileProvider(folder) : null;
        var file = files?.GetFileInfo(path);
        if (file is not { Exists: true, IsDirectory: false } || !types.TryGetContentType(path, out var type))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = file.Length;
        context.Response.Headers.ContentSecurityPolicy = PagePolicy;
        // Vite puts a hash of the content into the names of what it writes there.
        context.Response.Headers.CacheControl = path.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.SendFileAsync(file, context.RequestAborted);
        }
    }
}
