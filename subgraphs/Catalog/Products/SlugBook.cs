using System.Globalization;
using System.Text;
using LuckyGraph.Catalog.Data;
using Microsoft.EntityFrameworkCore;

namespace LuckyGraph.Catalog.Products;

/// <summary>
/// Gives products their slugs. Slugs are handed out by one transaction at a time (an advisory lock until its end), so that
/// two products never reach for the same one.
/// </summary>
internal sealed class SlugBook
{
    private const long LockKey = 0x736c7567; // "slug"

    private readonly HashSet<string> _taken;

    private SlugBook(HashSet<string> taken) => _taken = taken;

    /// <summary>Reads which slugs are taken that start like those of the titles. Call it inside a transaction.</summary>
    public static async Task<SlugBook> OpenAsync(CatalogContext db, IReadOnlyList<string> titles, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", ct);
        var wanted = titles.Select(Slug).Distinct().ToList();
        var taken = await db.Products.Where(p => wanted.Contains(p.Slug)).Select(p => p.Slug).ToListAsync(ct);
        return new SlugBook([.. taken]);
    }

    /// <summary>The title's slug, with a distinguishing part behind it when another product has it.</summary>
    public string Take(string title, string distinction)
    {
        var slug = Slug(title);
        if (!_taken.Add(slug))
        {
            slug = $"{slug}-{Slug(distinction)}";
            _taken.Add(slug);
        }

        return slug;
    }

    /// <summary>Letters and digits of any script in lower case, everything between them one hyphen.</summary>
    internal static string Slug(string title)
    {
        var slug = new StringBuilder(title.Length);
        foreach (var rune in title.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                slug.Append(Rune.ToLower(rune, CultureInfo.InvariantCulture));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "product" : text;
    }
}
