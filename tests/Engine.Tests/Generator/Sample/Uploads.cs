using System.Text.Json;

namespace LuckyGraph.Engine.Tests.Generator.Sample;

/// <summary>An album with its pictures.</summary>
public sealed record AlbumInput(string Title, IFile Cover, IReadOnlyList<IFile?>? Pages = null);

[OneOf]
public sealed record AttachmentInput(IFile? File, string? Link);

[QueryType]
public static partial class UploadQueries
{
    /// <summary>Pure: it is called while the response is written.</summary>
    public static long FileSize(IFile? file = null) => file?.Length ?? -1;

    public static string Metadata(JsonElement? json, string? text = null) => text ?? json?.GetRawText() ?? "";
}

[MutationType]
public static partial class UploadMutations
{
    [UseMutationConvention(Disable = true)]
    public static async Task<string> FileUploadAsync(IFile file, Journal journal, CancellationToken ct)
    {
        journal.Write(file.Name);
        using var reader = new StreamReader(file.OpenReadStream());
        return $"{file.Name}|{file.ContentType}|{file.Length}|{await reader.ReadToEndAsync(ct)}";
    }

    [UseMutationConvention(Disable = true)]
    public static async Task<List<string>> FilesUploadAsync(IReadOnlyList<IFile> files, Journal journal, CancellationToken ct)
    {
        var texts = new List<string>();
        foreach (var file in files)
        {
            texts.Add(await FileUploadAsync(file, journal, ct));
        }

        return texts;
    }

    /// <summary>By the mutation conventions the file is a field of an input object.</summary>
    public static Task<string> CoverChangeAsync(IFile cover, Journal journal, CancellationToken ct) => FileUploadAsync(cover, journal, ct);

    [UseMutationConvention(Disable = true)]
    public static string AlbumAdd(AlbumInput album)
        => $"{album.Title}: {album.Cover.Name}, {string.Join(' ', (album.Pages ?? []).Select(p => p?.Name ?? "-"))}";

    [UseMutationConvention(Disable = true)]
    public static string Attach(AttachmentInput attachment) => attachment.File?.Name ?? attachment.Link ?? "";
}
