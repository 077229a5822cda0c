using System.Net;

namespace LuckyGraph.Sandbox;

/// <summary>A plain page that needs nothing from elsewhere.</summary>
internal static class Page
{
    public static IResult Html(string title, string body) => Results.Content(
        $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{Text(title)}}</title>
        <link rel="icon" href="data:,">
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fafafa }
          article { background: #fff; border: 1px solid #ddd; border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0 }
          h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 0 0 .25rem }
          .meta { color: #666; font-size: .9rem } pre { white-space: pre-wrap; font: inherit; margin: .75rem 0 0 }
          button { font: inherit; padding: .5rem 1rem; border-radius: .4rem; border: 1px solid #888; background: #fff; cursor: pointer; margin-right: .5rem }
          code { background: #f0f0f0; padding: .1rem .3rem; border-radius: .25rem; word-break: break-all }
        </style>
        <h1>{{Text(title)}}</h1>
        {{body}}
        </html>
        """, "text/html; charset=utf-8");

    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
