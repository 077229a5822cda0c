namespace LuckyGraph.Gateway.Security;

/// <summary>Response headers that keep browsers from guessing types, framing pages, leaking addresses and caching private answers.</summary>
internal static class SecurityHeaders
{
    // Answers are data: nothing in them may be run, loaded or framed.
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(
            static state =>
            {
                var response = ((HttpContext)state).Response;
                var headers = response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.XFrameOptions = "DENY";
                // Data refers to nothing and opens nothing: these speak of pages.
                if (response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
                {
                    headers["Referrer-Policy"] = "no-referrer";
                    headers["Cross-Origin-Opener-Policy"] = "same-origin";
                }

                if (headers.ContentSecurityPolicy.Count == 0)
                {
                    headers.ContentSecurityPolicy = DataPolicy;
                }

                if (headers.CacheControl.Count == 0)
                {
                    headers.CacheControl = "no-store";
                }

                if (response.HttpContext.Request.IsHttps)
                {
                    headers.StrictTransportSecurity = "max-age=31536000";
                }

                return Task.CompletedTask;
            },
            context);
        return next(context);
    });
}
